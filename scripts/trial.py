"""A panel of its own for a trial: started in a folder on a free port, with an admin who buys."""

import http.client
import json
import os
import re
import subprocess

LINK = "https://www.tiktok.com/@trial/"
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "ROCKET_PORT": "0",
    "RATE_LIMIT_PER_MINUTE": "0",
    "AUTH_RATE_LIMIT_PER_MINUTE": "0",
    "BCRYPT_COST": "4",
    "ADMIN_USERNAME": "boss",
    "ADMIN_EMAIL": "boss@example.vn",
    "ADMIN_PASSWORD": "boss password",
}


class Panel:
    """The running program. `wrapper`: what it is run by; `command`: `serve` or `demo`."""

    def __init__(self, program, folder, wrapper=(), command="serve", **variables):
        self.process = subprocess.Popen(
            [*wrapper, program, command],
            cwd=folder,
            env=ENVIRONMENT | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for line in self.process.stdout:
            if found := re.search(r"http://([\d.]+):(\d+)", line):
                self.address = found.group(1), int(found.group(2))
                return
        raise SystemExit("the panel did not start")

    def connect(self):
        return http.client.HTTPConnection(*self.address, timeout=60)

    def stock(self):
        """Money and a service to buy, delivered by hand: the admin's token and the service's id."""
        connection = self.connect()
        login = ask(connection, "POST", "/api/auth/login", {"login": "boss", "password": "boss password"})
        token = login["access_token"]
        funds = {"amount": 1_000_000_000, "reason": "for the trial"}
        ask(connection, "PUT", f"/api/admin/users/{login['user']['id']}/balance", funds, token)
        service = {"name": "Likes", "category": "TikTok", "rate": "1000", "min_quantity": 1, "max_quantity": 1000}
        return token, ask(connection, "POST", "/api/admin/services", service, token)["id"]


def ask(connection, method, path, body, token=None):
    """What a request brings; a refusal ends the trial."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    connection.request(method, path, json.dumps(body), headers)
    answer = connection.getresponse()
    said = json.loads(answer.read())
    if answer.status not in (200, 201):
        raise SystemExit(f"{method} {path}: {answer.status} {said}")
    return said


def buy(connection, token, service, link):
    return ask(connection, "POST", "/api/orders", {"service_id": service, "link": link, "quantity": 100}, token)
