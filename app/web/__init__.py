"""The pages people read: server-rendered, on the same reads as the API, complete without JavaScript."""
