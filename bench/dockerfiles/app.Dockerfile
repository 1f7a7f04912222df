# `app`: eleven layers of packages of many kinds, copies, removals and replaced folders.
# The build context holds app/: a package.json, its lock file and node_modules.
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
RUN apt-get update -qq && \
    apt-get install -y -qq --no-install-recommends openjdk-21-jdk-headless maven ant && \
    rm -rf /var/lib/apt/lists/*
RUN apt-get update -qq && \
    apt-get install -y -qq --no-install-recommends tomcat10 libspring-core-java liblog4j2-java liblucene9-java \
      libjetty9-java groovy libnetty-java activemq clojure && \
    rm -rf /var/lib/apt/lists/*
COPY app /srv/app
RUN apt-get update -qq && \
    apt-get install -y -qq --no-install-recommends podman caddy skopeo && \
    rm -rf /var/lib/apt/lists/*
# What no package owns: a Go binary, jars, one Python package, a second tree of modules.
RUN cp /usr/bin/caddy /usr/local/bin/server && \
    mkdir -p /opt/service/lib /opt/service/python /srv/worker/node_modules && \
    cp -L /usr/share/java/netty*.jar /usr/share/java/log4j*.jar /usr/share/java/lucene*.jar /opt/service/lib/ && \
    cp -a /usr/lib/python3/dist-packages/requests /usr/lib/python3/dist-packages/requests-*info \
      /opt/service/python/ && \
    cp -a /srv/app/node_modules/@babel /srv/app/node_modules/[a-k]* /srv/worker/node_modules/
RUN apt-get purge -y -qq celery python3-celery && apt-get autoremove -y -qq
# A folder that is removed and made anew is opaque in its layer.
RUN rm -rf /srv/app/node_modules/webpack* /srv/worker/node_modules/[d-f]* && \
    rm -rf /srv/app/node_modules/lodash && mkdir /srv/app/node_modules/lodash && \
    printf '{"name":"lodash","version":"4.17.21"}\n' >/srv/app/node_modules/lodash/package.json
RUN chmod 750 /opt/service && printf 'started\n' >/var/log/started && rm -f /opt/service/lib/lucene-*demo*.jar && \
    cp /usr/bin/skopeo /usr/local/bin/copy-images
CMD ["/usr/local/bin/server"]
