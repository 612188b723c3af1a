"""An S3 server on this machine for trials: moto, installed with pip into a folder of its own beside what Cargo builds."""

import os
import socket
import subprocess
import sys
import time

MOTO = "moto[s3,server]==5.1.19"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "trial", "AWS_SECRET_ACCESS_KEY": "trial", "AWS_DEFAULT_REGION": "us-east-1"}


def installed(wheels, proof):
    """The folder with these tools; `proof`: a file in it that shows that they are there."""
    tools = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "target", "trial-tools")
    if not os.path.exists(os.path.join(tools, proof)):
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        quiet = ["--root-user-action=ignore", "--no-warn-conflicts"]
        # Another trial's tools may be there already: without `--upgrade` pip leaves its folder of programs as it is.
        subprocess.run([*pip, *quiet, "--upgrade", "--target", tools, *wheels], check=True)
    return tools


def environment(tools, folder):
    """Nothing of this machine: an AWS_CA_BUNDLE, for instance, would stop Litestream."""
    return CREDENTIALS | {"PATH": os.environ["PATH"], "HOME": folder, "PYTHONPATH": tools}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start(variables):
    """The address of an S3 server with an empty bucket `shop`, and its process."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    for _ in range(60):
        made = client(variables, endpoint, "create_bucket(Bucket='shop')")
        if made.returncode == 0:
            return endpoint, process
        time.sleep(0.5)
    raise SystemExit(f"the S3 server does not answer: {made.stderr}")


def client(variables, endpoint, call):
    """A call of Amazon's own client, which prints what it brings."""
    code = f"import boto3; print(boto3.client('s3', endpoint_url='{endpoint}').{call})"
    return subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True)
