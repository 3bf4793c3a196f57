-- What tells copies of a document without its text; both go when it is forgotten. `sequence` counts the
-- documents that were signed: of two copies that are read at the same time, one sees the other. The content
-- is empty when the text is too short to be compared in parts.
create table document_signatures (
  document text primary key references documents (id),
  sequence bigint not null unique,
  content bytea not null
);

-- Shingles by which documents are looked up that may be copies. `hidden` comes first: for those who must not
-- learn what is hidden, nothing hidden is so much as read.
create table document_shingles (
  hidden bigint not null check (hidden in (0, 1)),
  shingle bigint not null,
  document text not null references documents (id),
  primary key (hidden, shingle, document)
);
create index document_shingles_by_document on document_shingles (document);
