"""Drives clients from PyPI, unmodified, through the actions that they have; prints what each was told, as JSON.

Arguments: the address, the key, a service, orders with commas between, an order that nobody has.
"""

import asyncio
import json
import sys

import smmpy
from optsmm.optsmm import OptSMM
from safesmm import SafeSMM
from smm import SMM

address, key, service, orders, unknown = sys.argv[1:]
service = int(service)
orders = [int(order) for order in orders.split(",")]
LINK = "https://www.tiktok.com/@ten/video/"


def told(call, *args, **named):
    """What a call returns, or the sentence that it raises."""
    try:
        return call(*args, **named)
    except Exception as refusal:  # each client has errors of its own
        return {"raised": str(refusal)}


def drive_safesmm():
    client = SafeSMM(key, api_url=address)
    return {
        "balance": told(client.balance),
        "services": told(client.services),
        "add": told(client.add_order, service, LINK + "safesmm", 100),
        "add_refused": told(client.add_order, service, LINK + "safesmm", 1),
        "status": told(client.status, orders[0]),
        "status_unknown": told(client.status, unknown),
        "statuses": told(client.multi_status, orders + [unknown]),
        "refill": told(client.refill, orders[1]),
        "cancel": told(client.cancel, orders + [unknown]),
    }


def drive_two_of_a_kind(client, name):
    return {
        "balance": told(client.get_balance),
        "services": told(client.get_services),
        "add": told(client.add_order, service, LINK + name, 100),
        "add_refused": told(client.add_order, service, LINK + name, 1),
        "status": told(client.get_status, orders[0]),
        "status_unknown": told(client.get_status, unknown),
        "statuses": told(client.get_multi_status, orders + [unknown]),
        "refill": told(client.create_refill, orders[1]),
        "refills": told(client.create_multi_refill, orders + [unknown]),
        "refill_status": told(client.get_refill_status, 999),
        "refill_statuses": told(client.get_multi_refill_status, [998, 999]),
        "cancel": told(client.cancel_orders, orders + [unknown]),
    }


def drive_optsmm():
    client = OptSMM(key)
    client.base_url = address

    def wait(coroutine):
        return asyncio.run(coroutine)

    return {
        "balance": told(lambda: list(wait(client.balance()))),
        "services": told(lambda: wait(client.services())),
        "add": told(lambda: {"order": wait(client.create_order(service, LINK + "optsmm", 100))}),
        "status": told(lambda: wait(client.order_status(orders[0]))),
        "status_unknown": told(lambda: wait(client.order_status(unknown))),
    }


json.dump(
    {
        "safesmm": drive_safesmm(),
        "smmpy": drive_two_of_a_kind(smmpy.smm(address, key), "smmpy"),
        "babismm": drive_two_of_a_kind(SMM(address, key), "babismm"),
        "optsmm": drive_optsmm(),
    },
    sys.stdout,
)
