FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    VAR=/srv/var STATIC_ROOT=/srv/static

WORKDIR /srv/app
COPY requirements.txt .
RUN python -m pip install --no-deps --require-hashes --requirement requirements.txt

COPY manage.py .
COPY commissioning commissioning
COPY suppliers suppliers
COPY procurement procurement
COPY contracts contracts
COPY templates templates
COPY static static
RUN python -m compileall -q commissioning suppliers procurement contracts

# These values serve this step alone: settings refuse to load without some, and none of them is kept in the image.
RUN SECRET_KEY=build SIGNING_KEY=build ALLOWED_HOSTS=build DATABASE_URL=postgres://build/build REDIS_URL=redis://build TRUSTED_PROXIES=0 \
    python manage.py collectstatic --no-input

# The code belongs to root and cannot be changed by the service; only /srv/var is its own.
RUN useradd --system --uid 10001 --home-dir /srv/var --shell /usr/sbin/nologin procurement \
    && install --directory --owner procurement --group procurement --mode 0700 /srv/var
USER procurement
VOLUME /srv/var
EXPOSE 8000
# docker-compose.yml names the command of each service: web, worker, beat, and migrate before them.
