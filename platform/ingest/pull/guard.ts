/**
 * Which addresses the platform may be made to ask. Whoever may define a connector chooses where a request goes; without
 * this they could reach what only this machine and its network can: the database, a cloud's metadata, a router.
 */
import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { refuse } from '../../words/index.ts';

export type Address = { address: string; family: 4 | 6 };
export type Lookup = (host: string) => Promise<Address[]>;

export type Guard = {
  /** The address as it will be asked; refuses another scheme, credentials and ports that no web server has. */
  urlOf(text: string): URL;
  /**
   * All addresses of the URL's host, each of them allowed. Connect to these and to no others: a name may mean another
   * machine the next time it is asked.
   */
  addressesOf(url: URL): Promise<Address[]>;
};

/** What is not the public internet (IANA's special-purpose registries). IPv6 is allowed where it is global unicast only. */
const NOT_PUBLIC_4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4';
/** Within global unicast: Teredo and the like, documentation, and 6to4, which carries an IPv4 address of anyone's choice. */
const NOT_PUBLIC_6 = '2001::/23 2001:db8::/32 2002::/16 3fff::/20';

const listOf = (networks: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address);
    const longest = family === 4 ? 32 : 128;
    if (family === 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= longest))) {
      throw new Error(`“${network}” is not a network: write 10.20.0.0/16, 10.20.1.5 or fd00:20::/64`);
    }
    list.addSubnet(address, bits === undefined ? longest : Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
};
const notPublic4 = listOf(NOT_PUBLIC_4.split(' '));
const notPublic6 = listOf(NOT_PUBLIC_6.split(' '));
const global6 = listOf(['2000::/3']);

/** Also `::ffff:10.0.0.1` and `64:ff9b::10.0.0.1` are not global unicast, so that no IPv4 address hides in an IPv6 one. */
function isPublic({ address, family }: Address): boolean {
  if (family === 4) return !notPublic4.check(address, 'ipv4');
  return global6.check(address, 'ipv6') && !notPublic6.check(address, 'ipv6');
}

const askSystem: Lookup = async (host) => {
  const found = await systemLookup(host, { all: true, order: 'verbatim' });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/** @param networks private networks and single addresses that are allowed besides the public internet: `10.20.0.0/16` */
export function createGuard(networks: readonly string[], lookup: Lookup = askSystem): Guard {
  const named = listOf(networks);
  const isNamed = ({ address, family }: Address): boolean => named.check(address, family === 4 ? 'ipv4' : 'ipv6');

  return {
    urlOf(text) {
      if (!URL.canParse(text)) throw badUrl('');
      const url = new URL(text);
      if (url.protocol !== 'http:' && url.protocol !== 'https:') throw badUrl(url.protocol);
      if (url.username || url.password) {
        throw refuse(422, 'url-credentials', {
          vi: 'Địa chỉ không được chứa tên và mật khẩu; hãy đặt khóa vào ô khóa truy cập.',
          en: 'The address must not carry a name and password; put them into the field for the key.',
        });
      }
      const port = url.port === '' ? 443 : Number(url.port);
      // A web server below 1024 has 80 or 443; the others are mail, shells and shares.
      if (port < 1024 && port !== 80 && port !== 443) {
        throw refuse(422, 'url-port', {
          vi: `Cổng ${port} không được dùng; các cổng được dùng: 80, 443 và từ 1024 trở lên.`,
          en: `Port ${port} is not used; ports are 80, 443 and those from 1024 on.`,
        });
      }
      return url;
    },

    async addressesOf(url) {
      // The URL parser has made 0x7f.1, 017700000001 and 2130706433 into 127.0.0.1 already.
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const family = isIP(host);
      const found: Address[] = family === 0 ? await lookup(host) : [{ address: host, family: family === 6 ? 6 : 4 }];
      if (found.length === 0) throw notAllowed(host);
      for (const one of found) {
        // An address with a zone (fe80::1%eth0) is link-local, and no BlockList reads it.
        if (isIP(one.address) !== one.family || one.address.includes('%')) throw notAllowed(host);
        if (!isPublic(one) && !isNamed(one)) throw notAllowed(host);
      }
      return found;
    },
  };
}

function badUrl(given: string) {
  const what = given ? ` (“${given}”)` : '';
  return refuse(422, 'url-form', {
    vi: `Địa chỉ phải bắt đầu bằng http:// hoặc https://${what}.`,
    en: `The address must begin with http:// or https://${what}.`,
  });
}

/** The address found is not told: the names of an inner network are nobody's to find out. */
function notAllowed(host: string) {
  return refuse(422, 'address-not-allowed', {
    vi: `“${host}” nằm trong mạng riêng hoặc chính máy chủ này nên không được gọi. Nếu đó là hệ thống của cơ quan, người vận hành thêm mạng ấy vào PULL_NETWORKS.`,
    en: `“${host}” lies in a private network or on this machine and is not asked. Where it is an agency's system, who runs the platform adds that network to PULL_NETWORKS.`,
  });
}
