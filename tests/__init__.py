"""Tests: unit (pure), contract (one suite a port), flow (two hubs), e2e (real everything)."""
