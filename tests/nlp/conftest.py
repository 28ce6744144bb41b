"""The models, loaded once a session: what is tested is what ships."""

import pytest

from nlp.pipeline import Pipeline


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return Pipeline()
