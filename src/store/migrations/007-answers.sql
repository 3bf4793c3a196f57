-- What models answered; `document` is whose text it quotes, so that it is forgotten with it.
create table answers (
  key text primary key,
  document text,
  content text not null,
  created_at bigint not null
);
create index answers_by_document on answers (document);
