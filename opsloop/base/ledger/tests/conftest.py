from opsloop.base.acts.tests.sample import may, sample

__all__ = ["may", "sample"]
