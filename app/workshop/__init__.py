"""What editors have done: drafts, approvals, accounts, and a log that nobody rewrites unseen."""
