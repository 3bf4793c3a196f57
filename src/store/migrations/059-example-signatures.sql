-- What tells copies of hidden examples, by the hash of their text, when a document or another example comes.
-- Those that were shown meanwhile stay and are not looked up any more. Both go when the text is forgotten.
create table example_signatures (
  document text primary key,
  text_group text not null,
  group_id text not null,
  split text not null check (split in ('test', 'audit')),
  content bytea not null
);

create table example_shingles (
  shingle bigint not null,
  document text not null references example_signatures (document),
  primary key (shingle, document)
);
create index example_shingles_by_document on example_shingles (document);
