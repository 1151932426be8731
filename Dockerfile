FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PROMETHEUS_MULTIPROC_DIR=/run/farthing
WORKDIR /srv/farthing
RUN useradd --system --uid 10001 farthing && install -d -o farthing /run/farthing

COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .

USER farthing
EXPOSE 8000
# behind a proxy that ends TLS; `flask --app wsgi db upgrade` first, and `flask --app wsgi jobs run` beside it
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "wsgi:app"]
