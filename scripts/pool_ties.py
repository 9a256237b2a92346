"""Loaded into the worker (`celery worker --include scripts.pool_ties`): its pool ends with it, even by kill -9.

Without this a process of the pool that is busy outlives a worker that was killed.
"""

import os
import signal

from celery.signals import worker_process_init

from scripts.processes import tie

WORKER = os.getpid()  # whoever loads this module


@worker_process_init.connect
def tie_to_worker(**_: object) -> None:
    tie(WORKER, signal.SIGKILL)
