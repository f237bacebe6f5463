from tests.support.rest import rest

__all__ = ["rest"]
