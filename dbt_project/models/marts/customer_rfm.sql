{{ config(materialized='dated') }}

with

scores as (

    select * from {{ source('exchange', 'customer_rfm') }}

),

final as (

    select
        ---------- ids
        cast(customer_id as string) as customer_id,

        ---------- text
        cast(rfm_segment as string) as rfm_segment,
        cast(rfm_segment_zh as string) as rfm_segment_zh,
        cast(threshold_mode as string) as threshold_mode,
        cast(threshold_version as string) as threshold_version,

        ---------- numbers
        cast(recency_days as bigint) as recency_days,
        cast(order_count as bigint) as order_count,
        cast(order_day_count as bigint) as order_day_count,
        cast(net_amount as decimal(18, 2)) as net_amount,
        cast(r_score as bigint) as r_score,
        cast(f_score as bigint) as f_score,
        cast(m_score as bigint) as m_score,
        cast(recency_threshold as decimal(18, 2)) as recency_threshold,
        cast(frequency_threshold as decimal(18, 2)) as frequency_threshold,
        cast(monetary_threshold as decimal(18, 2)) as monetary_threshold,

        ---------- dates
        cast(as_of_date as date) as as_of_date,
        cast(last_order_date as date) as last_order_date,
        cast(thresholds_measured_to_date as date) as thresholds_measured_to_date
    from scores

)

select * from final
