//! The order of SRV records ([RFC 2782](https://www.rfc-editor.org/rfc/rfc2782)): data in, order out.

use mailscout_net::dns::SrvRecord;

/// Puts records into the order in which they are to be tried: by priority, then at random by
/// weight, the random numbers drawn from the seed.
pub(crate) fn order(records: &[SrvRecord], seed: u64) -> Vec<SrvRecord> {
    let mut random = SplitMix64(seed);
    let mut left: Vec<&SrvRecord> = records.iter().collect();
    // Within a priority, records of weight 0 stand first: they keep a small chance.
    left.sort_by_key(|record| (record.priority, record.weight));
    let mut ordered = Vec::with_capacity(left.len());
    while let Some(priority) = left.first().map(|record| record.priority) {
        let alike = left.iter().take_while(|record| record.priority == priority);
        let total: u64 = alike.map(|record| u64::from(record.weight)).sum();
        let drawn = random.below_or_equal(total);
        let mut sum = 0;
        let index = left.iter().position(|record| {
            sum += u64::from(record.weight);
            sum >= drawn
        });
        ordered.push(left.remove(index.unwrap_or(0)).clone());
    }
    ordered
}

/// A small generator; its numbers decide nothing but the load on servers.
struct SplitMix64(u64);

impl SplitMix64 {
    fn below_or_equal(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % (bound + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(records: &[SrvRecord], seed: u64) -> String {
        order(records, seed).first().unwrap().target.clone()
    }

    #[test]
    fn priority_comes_before_weight() {
        let records = [
            SrvRecord::new(20, 100, 443, "late"),
            SrvRecord::new(10, 0, 443, "light"),
            SrvRecord::new(10, 65535, 443, "heavy"),
        ];
        for seed in 0..50 {
            let order: Vec<_> = order(&records, seed).into_iter().map(|r| r.target).collect();
            assert_eq!(order.len(), 3);
            assert_eq!(order.last().unwrap(), "late");
        }
    }

    #[test]
    fn weight_is_a_share_of_the_tries() {
        let records = [SrvRecord::new(0, 100, 443, "one"), SrvRecord::new(0, 300, 443, "three")];
        let threes = (0..4000).filter(|seed| first(&records, *seed) == "three").count();
        assert!((2700..=3300).contains(&threes), "{threes}");
        assert_eq!(first(&records, 7), first(&records, 7));
    }

    #[test]
    fn weight_zero_keeps_a_small_chance() {
        let records = [SrvRecord::new(0, 9, 443, "nine"), SrvRecord::new(0, 0, 443, "zero")];
        let zeros = (0..4000).filter(|seed| first(&records, *seed) == "zero").count();
        assert!((200..=700).contains(&zeros), "{zeros}");
    }
}
