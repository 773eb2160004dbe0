"""Take a picture of a page in Chromium, to be looked at.

.venv/bin/python tools/shots.py URL --out FILE.png [--width 390] [--dark] [--login EMAIL:PASSWORD]
    [--press "j Enter ?"] [--click SELECTOR] [--full] [--scroll PIXELS] [--wait SELECTOR]
"""

from __future__ import annotations

import argparse
import shutil
import sys
from urllib.parse import urljoin

from playwright.sync_api import Page, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def sign_in(page: Page, base: str, login: str) -> None:
    """Sign in with the form, as a person would."""
    email, _, password = login.partition(":")
    page.goto(urljoin(base, "/account/login/"))
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")


def main() -> int:
    """Parse the arguments, take the picture, and say what the console of the browser said."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--out", required=True)
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--full", action="store_true", help="the whole page, not only the first screen")
    parser.add_argument("--login", default="")
    parser.add_argument("--press", default="", help="keys to press, parted by spaces")
    parser.add_argument("--click", default="", help="selector to click")
    parser.add_argument("--wait", default="")
    parser.add_argument("--scroll", type=int, default=0, help="pixels to scroll down first")
    asked = parser.parse_args()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = browser.new_page(
            viewport={"width": asked.width, "height": asked.height},
            color_scheme="dark" if asked.dark else "light",
        )
        page.on("console", lambda line: print(f"console {line.type}: {line.text}", file=sys.stderr))
        page.on("pageerror", lambda error: print(f"error: {error}", file=sys.stderr))
        if asked.login:
            sign_in(page, asked.url, asked.login)
        answer = page.goto(asked.url, wait_until="networkidle")
        if asked.wait:
            page.wait_for_selector(asked.wait)
        if asked.click:
            page.click(asked.click)
            page.wait_for_load_state("networkidle")
        for key in asked.press.split():
            page.keyboard.press(key)
            page.wait_for_timeout(250)
        if asked.scroll:
            page.mouse.wheel(0, asked.scroll)
            page.wait_for_timeout(300)
        page.screenshot(path=asked.out, full_page=asked.full)
        print(answer.status if answer else "no answer", page.title())
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
