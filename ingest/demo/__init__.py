"""The demonstration lists: made-up products under real group codes, and what becomes of them."""

from ingest.demo.story import Act, CloseList, PublishFile, coming, story

__all__ = ["Act", "CloseList", "PublishFile", "coming", "story"]
