-- The document whose review an example was made of: its texts go when that is forgotten.
alter table dataset_entries add column source_document text;
create index dataset_entries_by_source on dataset_entries (source_document);

-- Reviews that a custodian does not want in a dataset, as they stood.
create table dataset_declined (
  dataset text not null references datasets (name),
  review text not null references reviews (id),
  hash text not null,
  declined_by text not null,
  declined_at bigint not null,
  primary key (dataset, review, hash)
);
