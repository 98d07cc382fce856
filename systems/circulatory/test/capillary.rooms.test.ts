import { OptionError } from '@organism/cell';
import { Heart } from '@organism/circulatory';
import { type Capillary, type Fanout, heartFanout } from '@organism/circulatory/capillary';
import { afterEach, expect, it } from 'vitest';
import { closeAll, connect, open, serve, until } from './capillary.harness.ts';

afterEach(closeAll);

const inRoom = async (capillary: Capillary, url: string, room: string) => {
  const one = connect(url);
  await one.client.send('hello');
  const session = capillary.session(String(one.client.session));
  if (session === undefined) throw new Error('There is no session.');
  capillary.join(session, room);
  return { ...one, session };
};

it('sends to those in a room, until they leave or end', async () => {
  const { url, capillary } = await serve();
  const [ada, eve] = [await inRoom(capillary, url, 'news'), await inRoom(capillary, url, 'news')];
  const other = await inRoom(capillary, url, 'other');
  await capillary.publish('news', 1);
  capillary.leave(ada.session, 'news');
  await capillary.publish('news', 2);
  await capillary.publish('empty', 3);
  eve.session.close();
  capillary.join(eve.session, 'news');
  await capillary.publish('news', 4);
  await capillary.broadcast('all', ({ id }) => id !== other.session.id);
  await until(() => expect([ada.got, eve.got, other.got]).toEqual([[1, 'all'], [1, 2], []]));
  expect(() => capillary.join(ada.session, '')).toThrow(OptionError);
  await expect(capillary.publish('news', 1n)).rejects.toBeInstanceOf(OptionError);
});

it('reaches rooms of other processes over the Heart, each client once', async () => {
  const heart = await new Heart().start();
  open.push(heart);
  const [one, two] = [await serve({ fanout: heartFanout(heart) }), await serve({ fanout: heartFanout(heart) })];
  const here = await inRoom(one.capillary, one.url, 'news');
  const there = await inRoom(two.capillary, two.url, 'news');
  const elsewhere = await inRoom(two.capillary, two.url, 'other');
  for (const number of [1, 2, 3]) await one.capillary.publish('news', { number });
  await two.capillary.publish('news', 'back');
  await until(() => expect([here.got.length, there.got.length]).toEqual([4, 4]));
  const all = [{ number: 1 }, { number: 2 }, { number: 3 }, 'back'];
  expect(here.got).toEqual(expect.arrayContaining(all));
  expect(there.got).toEqual(expect.arrayContaining(all));
  expect(elsewhere.got).toEqual([]);
});

it('tells who publishes when the others could not be told', async () => {
  const fanout: Fanout = {
    publish: () => Promise.reject(new Error('no route')),
    subscribe: () => ({ [Symbol.asyncDispose]: async () => {} }),
  };
  const { url, capillary } = await serve({ fanout });
  const ada = await inRoom(capillary, url, 'news');
  await expect(capillary.publish('news', 1)).rejects.toThrow('no route');
  await until(() => expect(ada.got).toEqual([1]));
});
