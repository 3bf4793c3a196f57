-- Who has read all of a document, and took that back: only ever added, the newest of a person counts.
create table read_marks (
  document text not null references documents (id),
  person text not null,
  -- Made by who marks, so that sending it twice is one entry.
  id text not null,
  -- From 1 within the document, over all people.
  version bigint not null,
  -- On whose page it was said.
  review text not null references reviews (id),
  kind text not null check (kind in ('read', 'withdrawn')),
  -- What the text was: OCR may read more of it later.
  pages_read_by_ocr bigint not null,
  created_at bigint not null,
  primary key (document, person, id),
  unique (document, version)
);

create trigger read_marks_never_change before update on read_marks
begin select raise(abort, 'read_marks are append-only'); end;

create trigger read_marks_never_go before delete on read_marks
begin select raise(abort, 'read_marks are append-only'); end;
