"""The demo: an agency with four creditors, about 400 debtors in 12 countries and 24 months of history.

`plan` invents it (pure, deterministic for a seed and a day), `load` brings it in through the rooms' doors.
"""
