"""When something comes: words that people write, rules that calendars write, and moments.

`words` reads plain English, `when` works out occurrences in a time zone, `said` puts a rule into
words again. All of it is pure: the present moment is passed in.
"""
