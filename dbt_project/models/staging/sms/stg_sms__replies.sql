with

source as (

    select * from {{ source('landing', 'sms_reply') }}

),

newest as (

    {{ dedupe('source', key=['phone', 'received_at']) }}

),

final as (

    select
        ---------- ids
        cast(extension_code as string) as extension_code,

        ---------- text
        cast(phone as string) as phone,
        cast(text as string) as body_text,
        cast(signature as string) as signature,

        ---------- timestamps
        cast(received_at as timestamp) as received_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
