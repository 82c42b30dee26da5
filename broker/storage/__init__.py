"""The core's stores on SQLAlchemy: SQLite for one broker, PostgreSQL for many.

Each adapter writes the audit record in the same transaction as the state it tells of. Nothing
here decides anything: the rules are in `broker.session`, `broker.audit` and `broker.identity`.
"""
