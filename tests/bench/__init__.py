"""Figures for speed and memory: measured beside a control in the same run, and asserted by no test."""
