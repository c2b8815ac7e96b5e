// The same entries through PouchDB: one desk pushes them to a server that speaks CouchDB's protocol,
// another pulls them. Then two desks change one document while offline, and we count what a reader
// of the winning revision is shown.
//
// Usage: node replicate.js ENTRIES.jsonl FOLDER   (prints one line of JSON)
'use strict';
const fs = require('fs');
const path = require('path');
const http = require('http');
const express = require('express');
const PouchDB = require('pouchdb');

async function main(entriesFile, folder) {
  const Local = PouchDB.defaults({ prefix: folder + path.sep });
  const served = path.join(folder, 'server') + path.sep;
  fs.mkdirSync(served);
  const app = express();
  const quiet = { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: path.join(folder, 'log') };
  app.use('/', require('express-pouchdb')(PouchDB.defaults({ prefix: served }), quiet));
  const server = http.createServer(app);
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${server.address().port}/journal`;

  const lines = fs.readFileSync(entriesFile, 'utf8').trim().split('\n');
  const docs = lines.map((line) => { const entry = JSON.parse(line); entry._id = entry.id; return entry; });
  const first = new Local('first');
  for (let at = 0; at < docs.length; at += 500) await first.bulkDocs(docs.slice(at, at + 500));

  const options = { batch_size: 200, batches_limit: 10 };
  const started = process.hrtime.bigint();
  const pushed = await first.replicate.to(url, options);
  const between = process.hrtime.bigint();
  const second = new Local('second');
  const pulled = await second.replicate.from(url, options);
  const ended = process.hrtime.bigint();
  const info = await second.info();

  // Two officers write the same field of one case while both are offline.
  await first.put({ _id: 'case', name: '' });
  await first.replicate.to(url);
  await second.replicate.from(url);
  const seen = await first.get('case');
  await first.put({ ...seen, name: '王伟' });
  await second.put({ ...seen, name: '王玮' });
  await first.replicate.to(url);
  await second.replicate.to(url);
  const third = new Local('third');
  await third.replicate.from(url);
  const shown = await third.get('case');

  console.log(JSON.stringify({
    entries: docs.length,
    push_seconds: Number(between - started) / 1e9,
    pull_seconds: Number(ended - between) / 1e9,
    written: pushed.docs_written,
    read: pulled.docs_written,
    there: info.doc_count,
    typed: 2,
    shown: shown._conflicts ? 2 : 1,
  }));
  process.exit(0);
}

main(process.argv[2], process.argv[3]).catch((error) => { console.error(error); process.exit(1); });
