with

files as (

    select * from {{ source('exchange', 'export_files') }}

),

final as (

    select
        ---------- ids
        cast(source as string) as source,
        cast(file as string) as file,
        cast(sha256 as string) as sha256,

        ---------- text
        cast(status as string) as status,
        cast(reason as string) as reason,
        cast(totals_difference as string) as totals_difference,

        ---------- numbers
        cast(rows_read as bigint) as rows_read,
        cast(rows_landed as bigint) as rows_landed,
        cast(rows_rejected as bigint) as rows_rejected,

        ---------- timestamps
        cast(exported_at as timestamp) as exported_at,
        cast(loaded_at as timestamp) as loaded_at
    from files

)

select * from final
