-- one row = one business day
-- key: day
-- not null: sales, orders
select day, cast(sum(sales_value) as double) as sales, count(distinct basket_id) as orders
from transactions
group by day
order by day
