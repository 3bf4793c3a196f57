create table datasets (
  name text primary key,
  created_by text not null,
  created_at bigint not null
);

-- Texts by the hash of their content; they go when their document is forgotten, what refers to them stays.
create table dataset_texts (
  document text primary key,
  content bytea not null
);

create table dataset_labels (
  hash text primary key,
  content text not null
);

-- The examples of a version: narrow rows, many of them.
create table dataset_entries (
  version text not null,
  id text not null,
  split text not null check (split in ('evaluation', 'test', 'audit')),
  group_id text not null,
  text_group text not null,
  document text not null,
  hash text not null,
  issues bigint not null,
  types text not null,
  provenance text,
  primary key (version, id)
);
create index dataset_entries_by_split on dataset_entries (version, split, id);

create table dataset_version_splits (
  version text not null,
  split text not null check (split in ('evaluation', 'test', 'audit')),
  examples bigint not null,
  issues bigint not null,
  types text not null,
  hash text not null,
  primary key (version, split)
);

-- Written last: a version is there with all of its examples, or not at all.
create table dataset_versions (
  id text primary key,
  dataset text not null references datasets (name),
  -- Of two that follow the same version one wins.
  sequence bigint not null,
  hash text not null,
  -- What readers of the split evaluation see; theirs is a version only when that has changed.
  evaluation_hash text not null,
  evaluation_changed smallint not null check (evaluation_changed in (0, 1)),
  created_by text not null,
  created_at bigint not null,
  provenance text not null,
  unique (dataset, sequence)
);

-- Texts that were in the split evaluation of some version: engineers may have read them.
create table dataset_shown (
  text_group text primary key,
  created_at bigint not null
);
