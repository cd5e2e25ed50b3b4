-- title: 客户月度购买
-- one row = 一个客户在一个月的购买；top 表示按当月销售额排在前 20%
-- key: household_id, day
-- not null: orders, sales_value, top
-- joins: household_id -> households.household_id
select household_id, day, orders, sales_value,
       case when ntile(5) over (partition by day order by sales_value desc, household_id) = 1 then 1 else 0 end as top
from (
    select household_id, cast(date_trunc('month', day) as date) as day,
           count(distinct basket_id) as orders, sum(sales_value) as sales_value
    from transactions
    group by household_id, cast(date_trunc('month', day) as date)
) as months
