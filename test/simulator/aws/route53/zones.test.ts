// SPDX-License-Identifier: GPL-3.0-or-later
import {
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  GetHostedZoneCountCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
} from '@aws-sdk/client-route-53';
import { expect, test } from '@jest/globals';
import { a, change, create, listed, minute, newAccount, refusal, remove, zone } from './world.ts';

test('NoSuchHostedZone, HostedZoneNotEmpty: a zone is made with its name servers and its start of authority, and goes when nothing else is left.', async () => {
  const account = newAccount();
  const { r53, clock } = account;
  const input = { Name: 'Example.COM', CallerReference: 'one', HostedZoneConfig: { Comment: 'ours' } };
  const made = await r53.send(new CreateHostedZoneCommand(input));
  expect(made.Location).toMatch(/^https:\/\/route53\.amazonaws\.com\/2013-04-01\/hostedzone\/Z0[A-Z0-9]{19}$/);
  expect(made.HostedZone).toMatchObject({
    Id: expect.stringMatching(/^\/hostedzone\/Z0/),
    Name: 'example.com.',
    Config: { Comment: 'ours', PrivateZone: false },
    ResourceRecordSetCount: 2,
  });
  expect(made.DelegationSet?.NameServers).toHaveLength(4);
  expect(made.ChangeInfo).toMatchObject({ Status: 'PENDING', SubmittedAt: new Date(clock.now()) });
  const Id = made.HostedZone?.Id ?? '';
  expect(await listed(account, Id)).toMatchObject([
    { Name: 'example.com.', Type: 'NS', TTL: 172_800, ResourceRecords: [{}, {}, {}, {}] },
    { Name: 'example.com.', Type: 'SOA', TTL: 900 },
  ]);
  const got = await r53.send(new GetHostedZoneCommand({ Id }));
  expect(got.HostedZone).toEqual(made.HostedZone);
  expect((await r53.send(new GetHostedZoneCountCommand({}))).HostedZoneCount).toBe(1);
  await change(account, Id, ...create(a('www.example.com', '192.0.2.1')));
  expect(await refusal(r53.send(new DeleteHostedZoneCommand({ Id })))).toMatchObject({
    code: 'HostedZoneNotEmpty',
    status: 400,
  });
  await change(account, Id, ...remove(a('www.example.com', '192.0.2.1')));
  expect((await r53.send(new DeleteHostedZoneCommand({ Id }))).ChangeInfo?.Status).toBe('PENDING');
  expect(await refusal(r53.send(new GetHostedZoneCommand({ Id })))).toMatchObject({
    code: 'NoSuchHostedZone',
    status: 404,
  });
});

test('NoSuchChange: what was changed is PENDING, and some time later INSYNC; another change is none.', async () => {
  const account = newAccount();
  const { r53, clock } = account;
  const id = await zone(account);
  const { ChangeInfo } = await change(account, id, ...create(a('www.example.com', '192.0.2.1')));
  const state = async () => (await r53.send(new GetChangeCommand({ Id: ChangeInfo?.Id }))).ChangeInfo?.Status;
  expect(await state()).toBe('PENDING');
  // it is listed at once
  expect((await listed(account, id)).map(({ Name }) => Name)).toContain('www.example.com.');
  await clock.advance(minute);
  expect(await state()).toBe('INSYNC');
  expect(await refusal(r53.send(new GetChangeCommand({ Id: 'C0' })))).toMatchObject({
    code: 'NoSuchChange',
    status: 404,
  });
});

test('Lists of zones have pages, by id and by name with the labels reversed.', async () => {
  const account = newAccount();
  const { r53 } = account;
  for (const name of ['b.example.net', 'example.com', 'a.example.net', 'example.net']) await zone(account, name);
  const first = await r53.send(new ListHostedZonesCommand({ MaxItems: 3 }));
  expect(first).toMatchObject({ IsTruncated: true, MaxItems: 3 });
  const rest = await r53.send(new ListHostedZonesCommand({ MaxItems: 3, Marker: first.NextMarker }));
  expect(rest.IsTruncated).toBe(false);
  const all = [...(first.HostedZones ?? []), ...(rest.HostedZones ?? [])];
  expect(new Set(all.map(({ Id }) => Id)).size).toBe(4);
  const byName = await r53.send(new ListHostedZonesByNameCommand({ DNSName: 'example.net', MaxItems: 2 }));
  expect(byName.HostedZones?.map(({ Name }) => Name)).toEqual(['example.net.', 'a.example.net.']);
  expect(byName).toMatchObject({ DNSName: 'example.net', IsTruncated: true, NextDNSName: 'b.example.net.' });
});

test('Records come in the order of their names with the labels reversed, in pages without a gap or a double.', async () => {
  const account = newAccount();
  const { r53 } = account;
  const id = await zone(account);
  const names = ['b.example.com', 'a.b.example.com', 'a.example.com', '*.example.com', 'A.Upper.example.com'];
  await change(account, id, ...create(...names.map((name) => a(name, '192.0.2.1'))));
  const two = (SetIdentifier: string) => a('w.example.com', '192.0.2.2', { SetIdentifier, Weight: 1 });
  await change(account, id, ...create(two('2'), two('1')));
  const seen: string[] = [];
  let next = {};
  for (let pages = 0; pages < 20; pages++) {
    const page = await r53.send(new ListResourceRecordSetsCommand({ HostedZoneId: id, MaxItems: 2, ...next }));
    seen.push(
      ...(page.ResourceRecordSets ?? []).map(
        ({ Name, Type, SetIdentifier }) => `${Name} ${Type} ${SetIdentifier ?? ''}`,
      ),
    );
    if (!page.IsTruncated) break;
    next = {
      StartRecordName: page.NextRecordName,
      StartRecordType: page.NextRecordType,
      StartRecordIdentifier: page.NextRecordIdentifier,
    };
  }
  expect(seen).toEqual([
    'example.com. NS ',
    'example.com. SOA ',
    '\\052.example.com. A ',
    'a.example.com. A ',
    'b.example.com. A ',
    'a.b.example.com. A ',
    'a.upper.example.com. A ',
    'w.example.com. A 1',
    'w.example.com. A 2',
  ]);
});

test('What others see of a zone comes late, if at all, while its records are listed at once.', async () => {
  const account = newAccount({ lagMs: 5000 });
  const { r53, clock } = account;
  const made = await r53.send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'one' }));
  const Id = made.HostedZone?.Id;
  expect(await refusal(r53.send(new GetHostedZoneCommand({ Id })))).toMatchObject({ code: 'NoSuchHostedZone' });
  await clock.advance(5000);
  expect((await r53.send(new ListHostedZonesCommand({}))).HostedZones).toHaveLength(1);
});

test('HostedZoneAlreadyExists, InvalidDomainName: a reference is used once, a name has labels.', async () => {
  const { r53 } = newAccount();
  const make = (Name: string, CallerReference: string) =>
    r53.send(new CreateHostedZoneCommand({ Name, CallerReference }));
  await make('example.com', 'one');
  expect(await refusal(make('example.org', 'one'))).toMatchObject({ code: 'HostedZoneAlreadyExists', status: 409 });
  // two zones of one name are two zones
  await make('example.com', 'two');
  expect(await refusal(make('a..example.com', 'three'))).toMatchObject({ code: 'InvalidDomainName', status: 400 });
});
