with

source as (

    select * from {{ source('landing', 'zendesk_ticket') }}

),

newest as (

    {{ dedupe('source', key=['ticket_id'], updated_at='updated_at') }}

),

final as (

    select
        ---------- ids
        cast(ticket_id as string) as ticket_id,
        cast(requester_id as string) as requester_id,

        ---------- text
        cast(subject as string) as subject,
        cast(status as string) as status,
        cast(priority as string) as priority,
        cast(tags as string) as tags,
        cast(text as string) as body_text,
        cast(satisfaction as string) as satisfaction,
        cast(custom_fields as string) as custom_fields,

        ---------- timestamps
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
