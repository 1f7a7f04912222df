import type { RunPreset } from './run-profile.ts';

/** An image that is known not to run without something, and how it is recognised. */
export interface KnownImage extends RunPreset {
  /** Last parts of names of images: `postgres` of `docker.io/library/postgres:17`. */
  readonly images: readonly string[];
  /** File names of programs that it starts. */
  readonly programs?: readonly string[];
  /** Names of packages that nobody installs who does not want to run them. */
  readonly packages?: readonly string[];
}

/** Passwords here protect nothing: who is in the cage is alone in it. Long enough and mixed enough for all. */
export const PASSWORD = 'Drydock-observes-1';

const MiB = 1024 * 1024;

/** As the documentation of each image has it: what it demands, or what makes one of many machines out of it. */
export const knownImages: readonly KnownImage[] = [
  {
    name: 'postgres',
    images: ['postgres', 'postgresql', 'postgis', 'timescaledb', 'pgvector'],
    programs: ['postgres'],
    packages: ['postgresql', 'postgresql-17', 'postgresql-16', 'postgresql-15'],
    environment: { POSTGRES_PASSWORD: PASSWORD, POSTGRESQL_PASSWORD: PASSWORD },
    assumption: 'a password for the administrator is set (POSTGRES_PASSWORD)',
  },
  {
    name: 'mysql',
    images: ['mysql', 'mysql-server', 'percona', 'percona-server'],
    programs: ['mysqld'],
    packages: ['mysql-community-server'],
    environment: { MYSQL_ROOT_PASSWORD: PASSWORD },
    assumption: 'a password for root is set (MYSQL_ROOT_PASSWORD)',
    memoryBytes: 1024 * MiB,
  },
  {
    name: 'mariadb',
    images: ['mariadb', 'mariadb-galera'],
    programs: ['mariadbd'],
    packages: ['mariadb-server'],
    environment: { MARIADB_ROOT_PASSWORD: PASSWORD, MYSQL_ROOT_PASSWORD: PASSWORD },
    assumption: 'a password for root is set (MARIADB_ROOT_PASSWORD)',
  },
  {
    name: 'mongo',
    images: ['mongo', 'mongodb'],
    programs: ['mongod'],
    environment: { MONGODB_ROOT_PASSWORD: PASSWORD },
    assumption: 'a password for root is set where the image wants one (MONGODB_ROOT_PASSWORD)',
    memoryBytes: 1024 * MiB,
  },
  {
    name: 'elasticsearch',
    images: ['elasticsearch'],
    environment: { 'discovery.type': 'single-node', ES_JAVA_OPTS: '-Xms512m -Xmx512m', ELASTIC_PASSWORD: PASSWORD },
    assumption: 'it is alone (discovery.type=single-node), with 512 MB of heap and a password',
    memoryBytes: 2048 * MiB,
  },
  {
    name: 'opensearch',
    images: ['opensearch'],
    environment: {
      'discovery.type': 'single-node',
      OPENSEARCH_JAVA_OPTS: '-Xms512m -Xmx512m',
      OPENSEARCH_INITIAL_ADMIN_PASSWORD: PASSWORD,
    },
    assumption: 'it is alone (discovery.type=single-node), with 512 MB of heap and a password',
    memoryBytes: 2048 * MiB,
  },
  {
    name: 'rabbitmq',
    images: ['rabbitmq'],
    programs: ['rabbitmq-server'],
    packages: ['rabbitmq-server'],
    environment: { RABBITMQ_DEFAULT_USER: 'observer', RABBITMQ_DEFAULT_PASS: PASSWORD },
    assumption: 'a user and a password are set (RABBITMQ_DEFAULT_USER, RABBITMQ_DEFAULT_PASS)',
  },
  {
    name: 'minio',
    images: ['minio'],
    programs: ['minio'],
    environment: { MINIO_ROOT_USER: 'observer', MINIO_ROOT_PASSWORD: PASSWORD },
    command: ['server', '/data'],
    assumption: 'it serves /data with a user and a password (MINIO_ROOT_USER, MINIO_ROOT_PASSWORD)',
  },
  {
    name: 'keycloak',
    images: ['keycloak'],
    programs: ['kc.sh'],
    environment: {
      KC_BOOTSTRAP_ADMIN_USERNAME: 'observer',
      KC_BOOTSTRAP_ADMIN_PASSWORD: PASSWORD,
      KEYCLOAK_ADMIN: 'observer',
      KEYCLOAK_ADMIN_PASSWORD: PASSWORD,
    },
    command: ['start-dev'],
    assumption: 'it runs in development mode (start-dev) with an administrator',
    memoryBytes: 1536 * MiB,
  },
  {
    name: 'grafana',
    images: ['grafana', 'grafana-oss', 'grafana-enterprise'],
    environment: { GF_SECURITY_ADMIN_PASSWORD: PASSWORD, GF_ANALYTICS_REPORTING_ENABLED: 'false' },
    assumption: 'a password for the administrator is set, and it reports nothing',
  },
  {
    name: 'wordpress',
    images: ['wordpress'],
    environment: { WORDPRESS_DB_HOST: '127.0.0.1', WORDPRESS_DB_USER: 'observer', WORDPRESS_DB_PASSWORD: PASSWORD },
    assumption: 'its database would be on this machine (WORDPRESS_DB_HOST=127.0.0.1), and there is none',
  },
  {
    name: 'sonarqube',
    images: ['sonarqube'],
    environment: { SONAR_ES_BOOTSTRAP_CHECKS_DISABLE: 'true' },
    assumption: 'the search engine in it does not check the settings of the machine',
    memoryBytes: 3072 * MiB,
  },
  {
    name: 'neo4j',
    images: ['neo4j'],
    environment: { NEO4J_AUTH: `neo4j/${PASSWORD}`, NEO4J_server_memory_heap_max__size: '512m' },
    assumption: 'a password is set (NEO4J_AUTH), with 512 MB of heap',
    memoryBytes: 1536 * MiB,
  },
  {
    name: 'influxdb',
    images: ['influxdb'],
    programs: ['influxd'],
    environment: {
      DOCKER_INFLUXDB_INIT_MODE: 'setup',
      DOCKER_INFLUXDB_INIT_USERNAME: 'observer',
      DOCKER_INFLUXDB_INIT_PASSWORD: PASSWORD,
      DOCKER_INFLUXDB_INIT_ORG: 'observer',
      DOCKER_INFLUXDB_INIT_BUCKET: 'observer',
    },
    assumption: 'it sets itself up with a user, an organisation and a bucket',
  },
  {
    name: 'clickhouse',
    images: ['clickhouse', 'clickhouse-server'],
    environment: { CLICKHOUSE_USER: 'observer', CLICKHOUSE_PASSWORD: PASSWORD },
    assumption: 'a user and a password are set (CLICKHOUSE_USER, CLICKHOUSE_PASSWORD)',
    memoryBytes: 2048 * MiB,
  },
  {
    name: 'cassandra',
    images: ['cassandra'],
    environment: { MAX_HEAP_SIZE: '512M', HEAP_NEWSIZE: '100M', CASSANDRA_LISTEN_ADDRESS: '127.0.0.1' },
    assumption: 'it is alone, listens to this machine and has 512 MB of heap',
    memoryBytes: 1536 * MiB,
  },
  {
    name: 'couchdb',
    images: ['couchdb'],
    environment: { COUCHDB_USER: 'observer', COUCHDB_PASSWORD: PASSWORD },
    assumption: 'an administrator is set (COUCHDB_USER, COUCHDB_PASSWORD)',
  },
  {
    name: 'couchbase',
    images: ['couchbase'],
    environment: {},
    assumption: 'it has 2 GB of memory',
    memoryBytes: 2048 * MiB,
  },
  {
    name: 'mssql',
    images: ['mssql/server', 'azure-sql-edge'],
    programs: ['sqlservr', 'launch_sqlservr.sh'],
    environment: { ACCEPT_EULA: 'Y', MSSQL_SA_PASSWORD: PASSWORD, MSSQL_PID: 'Developer' },
    assumption: 'the licence is accepted (ACCEPT_EULA), as the developer edition, with a password',
    memoryBytes: 2560 * MiB,
  },
  {
    name: 'oracle',
    images: ['oracle-free', 'oracle-xe', 'database/free', 'database/express'],
    environment: { ORACLE_PASSWORD: PASSWORD, ORACLE_PWD: PASSWORD },
    assumption: 'a password is set (ORACLE_PASSWORD, ORACLE_PWD)',
    memoryBytes: 3072 * MiB,
  },
  {
    name: 'vault',
    images: ['vault'],
    programs: ['vault'],
    environment: { SKIP_SETCAP: 'true', VAULT_DEV_ROOT_TOKEN_ID: PASSWORD },
    command: ['server', '-dev'],
    assumption: 'it runs in development mode with a known token (server -dev)',
  },
  {
    name: 'consul',
    images: ['consul'],
    programs: ['consul'],
    environment: {},
    command: ['agent', '-dev', '-client', '0.0.0.0'],
    assumption: 'it runs in development mode (agent -dev)',
  },
  {
    name: 'gitea',
    images: ['gitea', 'forgejo'],
    environment: { GITEA__database__DB_TYPE: 'sqlite3', GITEA__security__INSTALL_LOCK: 'true' },
    assumption: 'it keeps its data in SQLite and is installed already',
  },
  {
    name: 'nextcloud',
    images: ['nextcloud', 'owncloud'],
    environment: {
      SQLITE_DATABASE: 'observer',
      NEXTCLOUD_ADMIN_USER: 'observer',
      NEXTCLOUD_ADMIN_PASSWORD: PASSWORD,
    },
    assumption: 'it keeps its data in SQLite, with an administrator',
  },
  {
    name: 'zookeeper',
    images: ['zookeeper'],
    environment: { ALLOW_ANONYMOUS_LOGIN: 'yes', ZOOKEEPER_CLIENT_PORT: '2181' },
    assumption: 'anybody may log in (ALLOW_ANONYMOUS_LOGIN), on port 2181',
  },
  {
    name: 'redis',
    images: ['redis', 'valkey'],
    environment: { ALLOW_EMPTY_PASSWORD: 'yes' },
    assumption: 'it needs no password where the image wants to be told so (ALLOW_EMPTY_PASSWORD)',
  },
  {
    name: 'phpmyadmin',
    images: ['phpmyadmin'],
    environment: { PMA_HOST: '127.0.0.1' },
    assumption: 'its database would be on this machine (PMA_HOST=127.0.0.1), and there is none',
  },
  {
    name: 'pgadmin',
    images: ['pgadmin4'],
    environment: { PGADMIN_DEFAULT_EMAIL: 'observer@example.com', PGADMIN_DEFAULT_PASSWORD: PASSWORD },
    assumption: 'a user and a password are set (PGADMIN_DEFAULT_EMAIL, PGADMIN_DEFAULT_PASSWORD)',
  },
  {
    name: 'ghost',
    images: ['ghost'],
    environment: { NODE_ENV: 'development', url: 'http://localhost:2368' },
    assumption: 'it runs in development mode and keeps its data in SQLite',
  },
  {
    name: 'openldap',
    images: ['openldap'],
    programs: ['slapd'],
    packages: ['slapd'],
    environment: { LDAP_ADMIN_PASSWORD: PASSWORD },
    assumption: 'a password for the administrator is set (LDAP_ADMIN_PASSWORD)',
  },
];
