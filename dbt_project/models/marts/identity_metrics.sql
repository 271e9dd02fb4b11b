with

metrics as (

    select * from {{ source('exchange', 'identity_metrics') }}

),

final as (

    select
        ---------- text
        cast(metric as string) as metric,
        cast(key as string) as metric_key,

        ---------- numbers
        cast(value as double) as metric_value
    from metrics

)

select * from final
