"""Toy servers, each the shortest sane program of its kind; run as processes of their own."""
