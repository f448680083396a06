"""The demonstration lists: made-up products under real group codes, and what becomes of them."""

from ingest.demo.story import Act, CloseList, PublishFile, story

__all__ = ["Act", "CloseList", "PublishFile", "story"]
