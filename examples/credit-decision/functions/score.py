# Scores a loan application from 0 to 850. Plain AWS Lambda in Python: handler(event, context).


def handler(event, context):
    income, debt = event["income"], event["debt"]
    if income <= 0:
        raise ValueError(f"Expected a positive income, but got {income}")
    free_share = max(0.0, 1 - debt / income)
    years = min(event["yearsEmployed"], 10)
    return {"score": round(600 * free_share + 25 * years)}
