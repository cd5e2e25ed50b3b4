-- title: 活动每日进展
-- one row = 一期活动在期内的一天：到这一天为止触达了多少户、其中多少户核销过
-- key: campaign_id, day
-- not null: campaign_type, reached, redeemed
-- joins: campaign_id -> campaign_descriptions.campaign_id
with first_use as (
    select campaign_id, household_id, min(redeemed_on) as used_on
    from coupon_redemptions
    group by campaign_id, household_id
),
reach as (
    select campaign_id, count(distinct household_id) as households
    from campaigns
    group by campaign_id
),
days as (
    select distinct day from transactions
)
select c.campaign_id, days.day, c.campaign_type, r.households as reached, count(f.household_id) as redeemed
from campaign_descriptions as c
join days on days.day between c.start_day and c.end_day
join reach as r on r.campaign_id = c.campaign_id
left join first_use as f on f.campaign_id = c.campaign_id and f.used_on <= days.day
group by c.campaign_id, days.day, c.campaign_type, r.households
