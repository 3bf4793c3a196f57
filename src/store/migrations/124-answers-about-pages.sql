-- Answers about examples with pages were kept under another hash than the store has for their text, so that they did not
-- go with their document. Where examples were made of documents, those go of which nobody can tell any more whose text
-- they quote; the models are asked again.
delete from answers
where document is not null
and exists (select 1 from dataset_entries where source_document is not null)
and not exists (select 1 from documents as d where d.sha256 = answers.document)
and not exists (
  select 1 from dataset_entries as e
  where substr(e.document, 1, 8) = substr(answers.document, 1, 8) and e.document = answers.document
);
