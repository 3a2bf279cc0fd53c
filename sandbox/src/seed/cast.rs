//! The people, places, machines and applications of the seed.
//!
//! Addresses come from the ranges for documentation and for private networks, domains from
//! `.example`: none of them is anybody's.

use super::random::Random;

/// Somebody with an account.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// The key of the account.
    pub pk: usize,
    /// The login name.
    pub username: String,
    /// The name for people.
    pub name: String,
    /// The mail address.
    pub email: String,
    /// Where the person is at home: an index into [PLACES].
    home: usize,
}

/// A town with its network.
#[derive(Debug)]
pub struct Place {
    /// Latitude.
    pub lat: &'static str,
    /// Longitude.
    pub long: &'static str,
    /// The town; empty when the network is all that is known.
    pub city: &'static str,
    /// The country, two letters.
    pub country: &'static str,
    /// The continent, two letters.
    pub continent: &'static str,
    /// The number of the network.
    pub asn: u32,
    /// Whose network it is.
    pub as_org: &'static str,
    /// The first part of its addresses; a number below 60 is added to the rest.
    prefix: &'static str,
    /// The first last number.
    first: usize,
    /// Its range.
    pub network: &'static str,
}

const fn place(
    town: (&'static str, &'static str, &'static str),
    at: (&'static str, &'static str),
    asn: (u32, &'static str),
    addresses: (&'static str, usize, &'static str),
) -> Place {
    Place {
        lat: at.0,
        long: at.1,
        city: town.0,
        country: town.1,
        continent: town.2,
        asn: asn.0,
        as_org: asn.1,
        prefix: addresses.0,
        first: addresses.1,
        network: addresses.2,
    }
}

/// Where people are. The last ones are rare.
pub const PLACES: [Place; 14] = [
    place(
        ("Berlin", "DE", "EU"),
        ("52.52", "13.405"),
        (64500, "Spreenetz"),
        ("192.0.2.", 1, "192.0.2.0/26"),
    ),
    place(
        ("Hamburg", "DE", "EU"),
        ("53.5511", "9.9937"),
        (64501, "Hansecom"),
        ("192.0.2.", 64, "192.0.2.64/26"),
    ),
    place(
        ("London", "GB", "EU"),
        ("51.5142", "-0.0931"),
        (64502, "Thames Broadband"),
        ("192.0.2.", 128, "192.0.2.128/26"),
    ),
    place(
        ("Paris", "FR", "EU"),
        ("48.8566", "2.3522"),
        (64503, "Lutèce Télécom"),
        ("192.0.2.", 192, "192.0.2.192/26"),
    ),
    place(
        ("Zürich", "CH", "EU"),
        ("47.3769", "8.5417"),
        (64504, "Limmat Glasfaser"),
        ("198.51.100.", 1, "198.51.100.0/26"),
    ),
    place(
        ("New York", "US", "NA"),
        ("40.7128", "-74.006"),
        (64505, "Hudson Fiber"),
        ("198.51.100.", 64, "198.51.100.64/26"),
    ),
    place(
        ("Toronto", "CA", "NA"),
        ("43.6532", "-79.3832"),
        (64506, "Maple Net"),
        ("198.51.100.", 128, "198.51.100.128/26"),
    ),
    place(
        ("Lisboa", "PT", "EU"),
        ("38.7223", "-9.1393"),
        (64507, "Tejo Móvel"),
        ("198.51.100.", 192, "198.51.100.192/26"),
    ),
    place(
        ("Bengaluru", "IN", "AS"),
        ("12.9716", "77.5946"),
        (64508, "Deccan Online"),
        ("203.0.113.", 1, "203.0.113.0/26"),
    ),
    place(
        ("Lagos", "NG", "AF"),
        ("6.5244", "3.3792"),
        (64509, "Eko Wireless"),
        ("203.0.113.", 64, "203.0.113.64/26"),
    ),
    place(
        ("São Paulo", "BR", "SA"),
        ("-23.5505", "-46.6333"),
        (64510, "Paulista Fibra"),
        ("203.0.113.", 128, "203.0.113.128/26"),
    ),
    place(
        ("東京", "JP", "AS"),
        ("35.6762", "139.6503"),
        (64511, "Sumida Net"),
        ("2001:db8:51::", 1, "2001:db8:51::/64"),
    ),
    place(
        ("", "AU", "OC"),
        ("-25.2744", "133.7751"),
        (64496, "Outback Satellite"),
        ("2001:db8:61::", 1, "2001:db8:61::/64"),
    ),
    place(
        ("Stockholm", "SE", "EU"),
        ("59.3293", "18.0686"),
        (64497, "Mälarnät"),
        ("203.0.113.", 192, "203.0.113.192/26"),
    ),
];

/// Where an event came from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The address.
    pub address: String,
    /// The place, if the address is known to a geographic database.
    pub place: Option<&'static Place>,
}

/// An application that people sign in to.
#[derive(Debug)]
pub struct Application {
    /// Its name.
    pub name: &'static str,
    /// Its name in addresses.
    pub slug: &'static str,
}

/// What people use, most used first.
pub const APPLICATIONS: [Application; 22] = [
    Application {
        name: "Grafana",
        slug: "grafana",
    },
    Application {
        name: "GitLab",
        slug: "gitlab",
    },
    Application {
        name: "Nextcloud",
        slug: "nextcloud",
    },
    Application {
        name: "Wiki",
        slug: "wiki",
    },
    Application {
        name: "Mattermost",
        slug: "mattermost",
    },
    Application {
        name: "Jellyfin",
        slug: "jellyfin",
    },
    Application {
        name: "Argo CD",
        slug: "argo-cd",
    },
    Application {
        name: "Vaultwarden",
        slug: "vaultwarden",
    },
    Application {
        name: "Paperless",
        slug: "paperless",
    },
    Application {
        name: "Sentry",
        slug: "sentry",
    },
    Application {
        name: "Kibana",
        slug: "kibana",
    },
    Application {
        name: "Outline",
        slug: "outline",
    },
    Application {
        name: "Zammad",
        slug: "zammad",
    },
    Application {
        name: "BookStack",
        slug: "bookstack",
    },
    Application {
        name: "Proxmox",
        slug: "proxmox",
    },
    Application {
        name: "Harbor",
        slug: "harbor",
    },
    Application {
        name: "Immich",
        slug: "immich",
    },
    Application {
        name: "Metabase",
        slug: "metabase",
    },
    Application {
        name: "Old CRM",
        slug: "old-crm",
    },
    Application {
        name: "Payroll",
        slug: "payroll",
    },
    Application {
        name: "Remote desktop (Büro 3)",
        slug: "remote-desktop",
    },
    Application {
        name: "VPN",
        slug: "vpn",
    },
];

/// Groups of people.
pub const GROUPS: [&str; 9] = [
    "engineering",
    "sales",
    "hr",
    "finance",
    "support",
    "on-call",
    "contractors",
    "authentik Admins",
    "grafana-editors",
];

/// The key of a group; that of the story of a changed application is part of the story.
#[must_use]
pub fn group_key(name: &str) -> String {
    match name {
        "grafana-editors" => "0d6c1f9e1a5b4d0e8ef7c4b3a2918070".to_owned(),
        _ => key_of(name),
    }
}

/// Chrome on Windows.
pub const BROWSER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

/// Safari on macOS.
pub const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15";

/// Firefox on Linux.
pub const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";

/// Safari on a telephone.
pub const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";

/// What browsers and tools call themselves, the common ones first.
pub const AGENTS: [&str; 12] = [
    BROWSER,
    SAFARI,
    FIREFOX,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
    PHONE,
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
    "Mozilla/5.0 (X11; CrOS x86_64 15917.71.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1",
    "curl/8.8.0",
    "python-requests/2.34.2",
    "Go-http-client/2.0",
];

const FIRST_NAMES: [&str; 24] = [
    "Alice", "Bob", "Carol", "Dave", "Erin", "Frank", "Grace", "Heidi", "Ivan", "Judy", "Karl",
    "Laura", "Mallory", "Niaj", "Olivia", "Peggy", "Quentin", "Rupert", "Sybil", "Trent", "Ursula",
    "Victor", "Wendy", "Yusuf",
];

const LAST_NAMES: [&str; 14] = [
    "Smith", "Rossi", "Okafor", "Müller", "Tanaka", "Novák", "García", "Andersen", "Kowalska",
    "Öztürk", "Dubois", "van Dijk", "李", "Patel",
];

/// Everybody and everything.
#[derive(Debug)]
pub struct Cast {
    /// Administrators; the first is akadmin.
    pub admins: Vec<Person>,
    /// Everybody else, the busiest first.
    pub people: Vec<Person>,
}

/// Letters that a login name may have.
fn plain(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .map(|sign| match sign {
            'ü' => 'u',
            'ö' => 'o',
            'á' | 'à' => 'a',
            'í' => 'i',
            '李' => 'l',
            ' ' => '-',
            other => other,
        })
        .filter(|sign| sign.is_ascii_alphanumeric() || *sign == '-')
        .collect()
}

impl Cast {
    /// The cast: 5 administrators, 336 people and 4 machines.
    #[must_use]
    pub fn assemble() -> Cast {
        let person = |pk: usize, username: &str, name: &str, email: String| Person {
            pk,
            username: username.to_owned(),
            name: name.to_owned(),
            email,
            home: [
                0, 1, 0, 2, 4, 0, 3, 5, 1, 7, 6, 8, 2, 9, 10, 4, 11, 0, 12, 13,
            ]
            .get(pk % 20)
            .copied()
            .unwrap_or_default(),
        };
        let admins = [
            (4, "akadmin", "authentik Default Admin"),
            (7, "chris", "Chris Lindqvist"),
            (8, "dana.admin", "Dana Whitfield"),
            (9, "ops.marta", "Marta Nowak"),
            (10, "sec.jonas", "Jonas Beck"),
        ]
        .map(|(pk, username, name)| person(pk, username, name, format!("{username}@corp.example")))
        .to_vec();
        let mut people = Vec::new();
        // A stride without common factors mixes first and last names.
        for number in 0..FIRST_NAMES.len() * LAST_NAMES.len() {
            let mixed = number * 5 + number / 24;
            let first = FIRST_NAMES
                .get(mixed % FIRST_NAMES.len())
                .copied()
                .unwrap_or_default();
            let last = LAST_NAMES
                .get((number * 3 + number / 14) % LAST_NAMES.len())
                .copied()
                .unwrap_or_default();
            let domain = if number % 11 == 10 {
                "partner.example"
            } else {
                "corp.example"
            };
            let username = format!("{}.{}.{number}", plain(first), plain(last));
            people.push(person(
                20 + number,
                &username,
                &format!("{first} {last}"),
                format!("{username}@{domain}"),
            ));
        }
        for (number, username) in [
            "svc-backup",
            "svc-deploy",
            "ak-grafana-client_credentials",
            "ak-outpost-8d2c",
        ]
        .into_iter()
        .enumerate()
        {
            people.push(person(900 + number, username, username, String::new()));
        }
        Cast { admins, people }
    }

    /// Somebody by login name; the first administrator if there is none.
    #[must_use]
    pub fn named(&self, username: &str) -> Option<&Person> {
        self.admins
            .iter()
            .chain(&self.people)
            .find(|person| person.username == username)
    }
}

impl Person {
    /// Where this person is this time: in the office, at home, rarely anywhere else.
    pub fn origin(&self, random: &mut Random) -> Origin {
        match random.below(100) {
            0..=34 => Origin {
                address: format!("10.20.{}.{}", self.pk % 8, 10 + self.pk % 200),
                place: None,
            },
            35..=39 => Origin {
                address: format!("172.16.{}.{}", random.below(4), 1 + random.below(250)),
                place: None,
            },
            40..=44 => at(random.below(PLACES.len()), random.below(58)),
            _ => at(self.home, self.pk % 58),
        }
    }
}

/// One of the addresses of a place.
#[must_use]
pub fn at(place: usize, number: usize) -> Origin {
    let Some(place) = PLACES.get(place) else {
        return Origin {
            address: "10.20.0.1".to_owned(),
            place: None,
        };
    };
    let last = place.first + number;
    let address = if place.prefix.contains(':') {
        format!("{}{last:x}", place.prefix)
    } else {
        format!("{}{last}", place.prefix)
    };
    Origin {
        address,
        place: Some(place),
    }
}

/// 32 hexadecimal digits that stay the same for a name.
#[must_use]
pub fn key_of(name: &str) -> String {
    let start = name.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    Random::from(start).hex()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cast_is_large_and_everybody_is_somebody_else() {
        let cast = Cast::assemble();
        let mut names: Vec<&str> = cast
            .people
            .iter()
            .chain(&cast.admins)
            .map(|person| person.username.as_str())
            .collect();
        let count = names.len();
        assert!(count > 300);
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(cast.people.iter().all(|person| person.username.is_ascii()));
    }

    #[test]
    fn every_address_is_real_and_nobodys() {
        let mut random = Random::from(1);
        let cast = Cast::assemble();
        let mut addresses = std::collections::BTreeSet::new();
        for person in &cast.people {
            for _ in 0..20 {
                let origin = person.origin(&mut random);
                assert_eq!(
                    crate::address::parse_filter(&origin.address).as_deref(),
                    Some(origin.address.as_str())
                );
                let reserved = [
                    "10.20.",
                    "172.16.",
                    "192.0.2.",
                    "198.51.100.",
                    "203.0.113.",
                    "2001:db8:",
                ];
                assert!(
                    reserved
                        .iter()
                        .any(|prefix| origin.address.starts_with(prefix)),
                    "{}",
                    origin.address
                );
                addresses.insert(origin.address);
            }
        }
        assert!(addresses.len() > 300);
    }
}
