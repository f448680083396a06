"""The rooms again, then the flow through them, their doors and their documents."""
