# Decides expenses as worker.mjs does, with boto3 (pip install boto3).
# Usage: python3 worker.py [number of tasks, default: for ever]

import json
import os
import sys

import boto3
from botocore.config import Config

LIMIT = 1_000

sfn = boto3.client(
    "stepfunctions",
    endpoint_url=os.environ.get("AWS_ENDPOINT_URL", "http://127.0.0.1:8083"),
    region_name="us-east-1",
    aws_access_key_id="any",
    aws_secret_access_key="any",
    # A poll takes up to a minute: the client has to wait longer.
    config=Config(read_timeout=70),
)


def decide(token: str, expense: dict) -> None:
    if expense["amount"] > LIMIT:
        print(f"declined {expense['amount']} for {expense['who']}", flush=True)
        sfn.send_task_failure(taskToken=token, error="Declined", cause=f"More than {LIMIT}")
    else:
        print(f"approved {expense['amount']} for {expense['who']}", flush=True)
        sfn.send_task_success(taskToken=token, output=json.dumps({"by": "worker.py"}))


activity = sfn.create_activity(name="approve-expense")["activityArn"]
print(f"waiting for tasks of {activity}", flush=True)
left = int(sys.argv[1]) if len(sys.argv) > 1 else -1
while left != 0:
    task = sfn.get_activity_task(activityArn=activity, workerName="worker.py")
    if task.get("taskToken"):
        decide(task["taskToken"], json.loads(task["input"]))
        left -= 1
