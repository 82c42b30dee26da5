"""`make audit-deps`: known weaknesses of our dependencies, by pip-audit and npm audit.

Exit codes: 0 all were looked up and none has one, 1 some have, 2 they could not be looked up. What
was not looked up is never called clean.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

CLEAN, WEAK, UNKNOWN = 0, 1, 2
CONSOLE: Final = Path("technician_console")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of one kind of dependencies."""

    outcome: int
    text: str


def of_pip(report: str, complaint: str = "") -> Verdict:
    """Read `pip-audit --format json`."""
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return _unreachable("Python", complaint)
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    weak = [one for one in packages if one.get("vulns")]
    if weak:
        found = (f"{one['name']} {one['version']}: {_ids(one)}" for one in weak)
        return Verdict(WEAK, "Python: " + "; ".join(found))
    if len(skipped) == len(packages):
        return _unreachable("Python", "no package was found in it")
    text = f"Python: {len(packages) - len(skipped)} packages, no known weakness."
    if skipped:
        return Verdict(UNKNOWN, f"{text} Not looked up: {', '.join(skipped)}.")
    return Verdict(CLEAN, text)


def of_npm(report: str) -> Verdict:
    """Read `npm audit --json`."""
    try:
        found = json.loads(report)
        total = found["metadata"]["vulnerabilities"]["total"]
    except (ValueError, KeyError, TypeError):
        return _unreachable("npm", _reason(report))
    if total:
        return Verdict(WEAK, f"npm: {', '.join(sorted(found['vulnerabilities']))}")
    return Verdict(CLEAN, "npm: no known weakness.")


def _ids(package: dict[str, Any]) -> str:
    return ", ".join(weakness["id"] for weakness in package["vulns"])


def _reason(report: str) -> str:
    try:
        return str(json.loads(report).get("message", ""))
    except (ValueError, AttributeError):
        return report.strip()[-200:]


def _unreachable(what: str, why: str) -> Verdict:
    reason = f" ({why})" if why else ""
    return Verdict(
        UNKNOWN, f"{what}: the advisory database cannot be reached from here{reason}. Not audited."
    )


def main() -> None:
    """Look both up and say what is known."""
    packages = next(Path(sys.prefix).glob("lib/python*/site-packages"))
    pip = _run(["var/audit/bin/pip-audit", "--format", "json", "--path", str(packages)], Path())
    npm = _run(["npm", "audit", "--json"], CONSOLE)
    complaint = (pip.stderr.strip().splitlines() or [""])[-1][:200]
    verdicts = [of_pip(pip.stdout, complaint), of_npm(npm.stdout)]
    print("\n".join(verdict.text for verdict in verdicts))
    outcomes = {verdict.outcome for verdict in verdicts}
    sys.exit(WEAK if WEAK in outcomes else max(outcomes))


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )


if __name__ == "__main__":
    main()
