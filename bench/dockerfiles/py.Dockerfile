# `py`: many Python packages, Node.js with npm, and a layer that takes away. The first three layers are app's too.
FROM bench:min
ARG DEBIAN_FRONTEND=noninteractive
RUN apt-get update -qq && \
    apt-get install -y -qq --no-install-recommends python3 python3-django python3-numpy python3-flask \
      python3-requests python3-sqlalchemy python3-lxml python3-cryptography python3-pil python3-twisted \
      python3-boto3 celery python3-aiohttp python3-fastapi python3-openstackclient python3-pip && \
    rm -rf /var/lib/apt/lists/*
RUN apt-get update -qq && \
    apt-get install -y -qq --no-install-recommends nodejs npm && \
    rm -rf /var/lib/apt/lists/*
RUN mkdir /srv/made && touch /srv/made/kept /srv/made/changed && rm -rf /usr/share/doc/python3-twisted && \
    apt-get purge -y -qq celery python3-celery && rm -rf /usr/lib/python3/dist-packages/django/contrib/gis && \
    rm -rf /usr/share/nodejs/semver/bin && mkdir /usr/share/nodejs/semver/bin && \
    cp /bin/true /usr/share/nodejs/semver/bin/semver.js
