CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
INSERT INTO alembic_version VALUES ('9001');
CREATE TABLE records (number INTEGER PRIMARY KEY, said_by_means_unknown_today TEXT NOT NULL);
