"""MkDocs hooks for the site: an additional page, and plain text in place of links that leave docs/."""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((\.\.?/[^)\s#]*)(#[^)\s]*)?\)")
_FOR_TESTS = re.compile(r"^(```python) (?:test|container)$", re.MULTILINE)
_FEATURES = "../features/README.md"
_QA = "qa/README.md"


def on_files(files: Files, config: Any) -> Files:
    """Add the page about features, which is in the features folder."""
    text = (Path(config.docs_dir) / _FEATURES).read_text(encoding="utf-8").replace("(../docs/qa/", "(./")
    files.append(File.generated(config, _QA, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return a page's Markdown as the site shows it."""
    folder = posixpath.dirname(page.file.src_uri)

    def shown(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, link[2]))
        if target == _FEATURES:
            return f"[{link[1]}]({posixpath.relpath(_QA, folder or '.')}{link[3] or ''})"
        return link[1] if target.startswith("..") else link[0]

    return _LINK.sub(shown, _FOR_TESTS.sub(r"\1", markdown))
