"""Jobs: one job is one chunk of work of one tenant; it may run twice and must not mind.

procrastinate (PostgreSQL only) is hidden here, so that another queue can take its place. A job never
holds a queue lock together with a delay (a delayed job would block the ready ones); it takes advisory or
row locks itself.
"""

from fairdue.foundation.jobs.queue import RETRIES, Job, defer, job, periodic
from fairdue.foundation.jobs.running import drain

__all__ = ["RETRIES", "Job", "defer", "drain", "job", "periodic"]
