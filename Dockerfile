# The API service: CPU build of torch, models inside, no root, no network needed at run time.
#   docker build -t throughline . && docker run -p 8000:8000 -v throughline:/data -v ./keys.txt:/keys.txt:ro throughline
FROM python:3.11.14-slim-bookworm AS build
WORKDIR /src
COPY requirements-uv.lock requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-uv.lock
# torch without its CUDA libraries first, in the locked version; then everything else by its hash.
RUN uv venv /app && export VIRTUAL_ENV=/app \
 && uv pip install --no-cache --torch-backend cpu "$(grep -o '^torch==[^ ]*' requirements.lock)" \
 && awk '/^[a-z0-9]/ {gpu = /^(torch==|triton==|nvidia-|cuda-)/} !gpu' requirements.lock > rest.lock \
 && uv pip install --no-cache --no-deps --require-hashes -r rest.lock
COPY pyproject.toml README.md ./
COPY agent agent
COPY graph graph
COPY nlp nlp
RUN VIRTUAL_ENV=/app uv pip install --no-cache --no-deps . && /app/bin/python -m compileall -q /app

FROM python:3.11.14-slim-bookworm
RUN useradd --system --uid 10001 throughline && install -d -o throughline /data
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH THROUGHLINE_DATA_DIR=/data THROUGHLINE_HOST=0.0.0.0 THROUGHLINE_API_KEYS=/keys.txt PYTHONUNBUFFERED=1 HF_HUB_OFFLINE=1
USER throughline
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
STOPSIGNAL SIGTERM
CMD ["throughline", "serve"]
