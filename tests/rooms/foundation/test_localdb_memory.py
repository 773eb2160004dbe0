"""How much of a machine's or a container's memory the embedded database takes for its pages."""

import pytest

from fairdue.foundation.localdb import memory

GIB = 1024**3


@pytest.mark.parametrize(
    ("memory_", "megabytes"),
    [(GIB // 2, 128), (GIB, 128), (4 * GIB, 256), (8 * GIB, 512), (16 * GIB, 1024), (256 * GIB, 1024)],
)
def test_a_sixteenth_of_the_memory_holds_pages_within_bounds(memory_, megabytes):
    assert memory.shared_buffers(memory_) == megabytes


@pytest.mark.parametrize(("told", "megabytes"), [("2147483648\n", 128), ("6442450944\n", 384), ("max\n", None)])
def test_a_container_that_may_use_less_than_its_machine_is_believed(tmp_path, monkeypatch, told, megabytes):
    machine = memory.memory_bytes()
    limit = tmp_path / "memory.max"
    limit.write_text(told)
    monkeypatch.setattr(memory, "_LIMITS", (limit, tmp_path / "absent"))
    monkeypatch.setattr(memory.os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 16 * GIB // 4096}.__getitem__)
    found = memory.shared_buffers(memory.memory_bytes())
    assert found == (megabytes or 1024)
    assert machine > 0


def test_a_limit_that_may_not_be_read_stops_no_server(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "_LIMITS", (tmp_path, tmp_path / "absent"))  # a folder is not read either
    assert memory.memory_bytes() == memory.os.sysconf("SC_PAGE_SIZE") * memory.os.sysconf("SC_PHYS_PAGES")
