# Runs a Python handler under the Lambda Runtime API: loads it, then one invocation after another, until the connection
# ends. Standard library only; a plain socket instead of http.client keeps the cold start short.
# Runs inside the function's process and shares nothing with Treadle but the protocol.

import json
import os
import socket
import sys
import time

# `unix:` and the path of a socket, or host, port and what every path begins with.
API = os.environ["AWS_LAMBDA_RUNTIME_API"]
ADDRESS, _, PREFIX = ("localhost", "", "") if API.startswith("unix:") else API.partition("/")
RUNTIME = f"/{PREFIX}/2018-06-01/runtime" if PREFIX else "/2018-06-01/runtime"
NEXT = f"GET {RUNTIME}/invocation/next HTTP/1.1\r\nHost: {ADDRESS}\r\n\r\n".encode()


class Connection:
    def __init__(self):
        if API.startswith("unix:"):
            self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.socket.connect(API[len("unix:"):])
        else:
            host, port = ADDRESS.rsplit(":", 1)
            self.socket = socket.create_connection((host, int(port)))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.socket.makefile("rb", 65536)

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            os._exit(1)

    def receive(self):
        """One response. Without Treadle there is nobody to work for: a closed connection ends the process."""
        try:
            first = self.reader.readline()
            if not first:
                os._exit(0)
            headers = {}
            while True:
                line = self.reader.readline()
                if line in (b"\r\n", b""):
                    break
                name, _, value = line.decode("utf-8").partition(":")
                headers[name.lower()] = value.strip()
            body = self.reader.read(int(headers.get("content-length", "0")))
        except OSError:
            os._exit(1)
        return int(first.split(b" ", 2)[1]), headers, body


class ClientContext:
    def __init__(self, values):
        self.custom = values.get("custom", {})
        self.env = values.get("env", {})
        self.client = values.get("client")


class Context:
    def __init__(self, headers):
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers["lambda-runtime-invoked-function-arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        client = headers.get("lambda-runtime-client-context")
        self.client_context = None if client is None else ClientContext(json.loads(client))
        self._deadline_ms = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class Fault(Exception):
    """An error that Lambda's runtime names itself."""

    def __init__(self, kind, message, trace=None):
        super().__init__(message)
        self.kind = kind
        self.trace = trace or []


def error_object(error, request_id):
    if isinstance(error, Fault):
        kind, trace = error.kind, error.trace
    else:
        import traceback

        kind = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)
        trace = traceback.format_list([frame for frame in frames if frame.filename != __file__ and "importlib" not in frame.filename])
    return {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": trace}


def post(path, body, error_type=None):
    data = body if isinstance(body, bytes) else body.encode("utf-8", "replace")
    kind = "" if error_type is None else f"Lambda-Runtime-Function-Error-Type: {error_type}\r\n"
    head = f"POST {RUNTIME}/{path} HTTP/1.1\r\nHost: {ADDRESS}\r\nContent-Type: application/json\r\n{kind}Content-Length: {len(data)}\r\n\r\n"
    return head.encode("ascii", "replace") + data


def load():
    import importlib

    text = os.environ["_HANDLER"]
    module_path, dot, name = text.rpartition(".")
    if not dot or not module_path or not name:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{text}': not enough values to unpack (expected 2, got 1)")
    root = os.environ["LAMBDA_TASK_ROOT"]
    # The handler's own folder is what would be uploaded, so its neighbours can be imported by their plain names.
    sys.path[0:0] = list(dict.fromkeys([os.path.join(root, os.path.dirname(module_path)).rstrip("/"), root]))
    module_name = module_path.lstrip("./").replace("/", ".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module_path}': {error}") from error
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}\n']
        raise Fault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_path}': {error}", trace) from error
    handler = getattr(module, name, None)
    if handler is None:
        raise Fault("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module_path}'")
    return handler


def marshal(result):
    if isinstance(result, bytes):
        return result
    try:
        return json.dumps(result, ensure_ascii=False, default=marshal_other)
    except (TypeError, ValueError, RecursionError) as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def marshal_other(value):
    # Decimal is what DynamoDB's client gives; AWS's runtime passes it on as a number.
    if type(value).__name__ == "Decimal":
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def set_up_logging():
    import logging

    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("[%(levelname)s]\t%(message)s"))
    logging.getLogger().addHandler(handler)


def fail(path, error, request_id):
    about = error_object(error, request_id)
    lines = "".join(about["stackTrace"])
    sys.stdout.write(f"[ERROR] {about['errorType']}: {about['errorMessage']}\n" + (f"Traceback (most recent call last):\n{lines}" if lines else ""))
    return post(path, json.dumps(about, ensure_ascii=False), about["errorType"])


def main():
    connection = Connection()
    set_up_logging()
    try:
        handler = load()
    except Exception as error:
        connection.send(fail("init/error", error, ""))
        connection.receive()
        sys.exit(1)
    message = NEXT
    while True:
        connection.send(message)
        status, headers, body = connection.receive()
        # Answers to a POST come first; the one with a request id is the next invocation.
        while status != 200 or "lambda-runtime-aws-request-id" not in headers:
            status, headers, body = connection.receive()
        request_id = headers["lambda-runtime-aws-request-id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        try:
            result = handler(json.loads(body), Context(headers))
            answer = post(f"invocation/{request_id}/response", marshal(result))
        except Exception as error:
            answer = fail(f"invocation/{request_id}/error", error, request_id)
        sys.stdout.flush()
        message = answer + NEXT


main()
