"""Several threads at the same moment: whoever races, races here."""

from __future__ import annotations

import threading

from django.db import connections


def at_once(*works):
    """Run each work in a thread of its own, all released together; return their answers in order."""
    answers: list[object] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(place, work):
        try:
            gate.wait()
            answers[place] = work()
        except Exception as error:  # noqa: BLE001 - the answer of a thread
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers
