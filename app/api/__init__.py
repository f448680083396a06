"""The HTTP API of the contract: questions checked, answers conditional, refusals explained."""
