create table bundles (
  person text not null,
  sha256 text not null,
  name text not null,
  bytes bigint not null,
  agents text not null,
  uploaded_at bigint not null,
  primary key (person, sha256)
);
create index bundles_by_time on bundles (person, uploaded_at);
